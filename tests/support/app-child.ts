// The whole server in a process of its own, to be killed: `app-child.ts '{"dataPath":…,"folders":[…],"port":…}'`; says its port.
import { createTestApp } from './app.ts'

export type AppChildOptions = { dataPath: string; folders: readonly string[]; port: number }

const { dataPath, folders, port } = JSON.parse(process.argv[2] ?? '{}') as AppChildOptions
const { app } = await createTestApp({ dataPath, folders, env: { MEDIASERVER_PORT: String(port) } })
process.send?.({ port: app.port })
