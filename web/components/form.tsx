// A form that sends what was filled in, says why that failed, and cannot be sent twice at once.
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { FormFailure } from './state.tsx'

type Props = {
  /** As `useMutation` gives it. */
  mutation: { mutate: (form: FormData) => void; error: Error | null; isPending: boolean }
  /** What its button says. */
  button: string
  isIncomplete?: boolean
  children: ReactNode
}

export function Form({ mutation, button, isIncomplete = false, children }: Props) {
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        mutation.mutate(new FormData(event.currentTarget))
      }}
    >
      {children}
      <FormFailure error={mutation.error} />
      <Button type="submit" look="primary" disabled={mutation.isPending || isIncomplete}>
        {button}
      </Button>
    </form>
  )
}
