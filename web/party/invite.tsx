// The party's link, to be copied.
import { useState } from 'react'
import { Button } from '../components/button.tsx'

export function Invite({ code }: { code: string }) {
  const [copied, setCopied] = useState(false)
  const link = `${location.origin}/w/${code}`
  return (
    <div className="flex flex-wrap items-center gap-2">
      <code className="rounded-lg bg-raised px-3 py-2 select-all">{link}</code>
      <Button
        onClick={() =>
          // Without HTTPS browsers offer no clipboard: the link can still be selected.
          void navigator.clipboard?.writeText(link).then(() => setCopied(true))
        }
      >
        {copied ? 'Copied' : 'Copy link'}
      </Button>
    </div>
  )
}
