// Asks before something is removed.
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormFailure } from './state.tsx'

export function ConfirmRemove({
  title,
  text,
  onConfirm,
  onClose,
}: {
  title: string
  text: string
  onConfirm: () => Promise<unknown>
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { mutate, error, isPending } = useMutation({ mutationFn: onConfirm, onSuccess: onClose })
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="grid gap-5">
        <p className="text-soft">{text}</p>
        <FormFailure error={error} />
        <div className="flex justify-end gap-3">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="danger" disabled={isPending} onClick={() => mutate()}>
            {t('common.remove')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
