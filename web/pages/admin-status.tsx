// To come.
export function AdminStatusPage() {
  return null
}
