// What an administrator did, by the route that did it (pure).

/** `PATCH /api/admin/jobs/:id` → `patch_admin_jobs_id`: a key for its words. */
export const actionKey = (action: string): string =>
  action
    .toLowerCase()
    .replace(' /api/', '_')
    .replaceAll(/[^a-z]+/g, '_')
