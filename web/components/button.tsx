// Buttons, and links that look like them.
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'

const LOOKS = {
  primary: 'bg-accent text-on-accent hover:brightness-110',
  quiet: 'bg-raised text-ink hover:brightness-125',
  ghost: 'text-soft hover:text-ink hover:bg-raised',
  danger: 'bg-raised text-danger hover:brightness-125',
} as const
export type Look = keyof typeof LOOKS

/** 44 px high: WCAG 2.2 target size with room to spare. */
const SHAPE =
  'inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 text-[0.95rem] font-medium transition disabled:cursor-default disabled:opacity-50 disabled:hover:brightness-100'

export const buttonClass = (look: Look = 'quiet', extra = ''): string => `${SHAPE} ${LOOKS[look]} ${extra}`

export function Button({ look = 'quiet', className, ...rest }: ComponentProps<'button'> & { look?: Look }) {
  return <button type="button" {...rest} className={buttonClass(look, className)} />
}

export function LinkButton({
  look = 'quiet',
  className = '',
  children,
  ...rest
}: LinkProps & { look?: Look; className?: string; children: ReactNode }) {
  return (
    <Link {...rest} className={buttonClass(look, className)}>
      {children}
    </Link>
  )
}
