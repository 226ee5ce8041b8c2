// To come.
export function TitlePage() {
  return null
}
