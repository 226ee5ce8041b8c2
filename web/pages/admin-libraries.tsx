// To come.
export function AdminLibrariesPage() {
  return null
}
