// A share as a bar, with its name for who cannot see it.

export function Bar({ label, value, max }: { label: string; value: number; max: number }) {
  return (
    <progress
      aria-label={label}
      className="h-1.5 w-full overflow-hidden rounded-full bg-raised accent-(--accent)"
      value={Math.min(value, max)}
      max={Math.max(1, max)}
    />
  )
}
