// Mounts the app.
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/queries.ts'
import { startI18n } from './lib/i18n.ts'
import { registerServiceWorker } from './lib/service-worker.ts'
import { applyTheme } from './lib/theme.ts'
import { moveFocusByArrows } from './lib/arrow-focus.ts'
import { createAppRouter } from './routes.tsx'
import './styles.css'

applyTheme()
moveFocusByArrows(document)
registerServiceWorker()
const mount = document.getElementById('app')
if (!mount) throw new Error('The page has no #app element')
await startI18n()
createRoot(mount).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <RouterProvider router={createAppRouter()} />
    </QueryClientProvider>
  </StrictMode>,
)
