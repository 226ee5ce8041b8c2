// To come.
export function AdminPeoplePage() {
  return null
}
