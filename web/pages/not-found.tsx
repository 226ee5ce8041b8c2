// 404: says so, and leads home.
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../components/button.tsx'
import { Blank } from '../components/state.tsx'
import { usePageTitle } from '../lib/page-title.ts'

export function NotFound() {
  const { t } = useTranslation()
  usePageTitle(t('errors.notFound'))
  return (
    <main>
      <Blank title={t('errors.notFound')}>
        <p>{t('errors.notFoundText')}</p>
        <LinkButton to="/" look="primary">
          {t('common.home')}
        </LinkButton>
      </Blank>
    </main>
  )
}
