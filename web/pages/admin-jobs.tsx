// To come.
export function AdminJobsPage() {
  return null
}
