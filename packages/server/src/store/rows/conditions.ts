/** Conditions that the statements of several nouns share. */

/** Whether the session `s` of the account `a` is live at the time $2: not ended, not expired, account not disabled. */
export const IS_LIVE_SESSION = 's.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL';

/**
 * Whether the person $1, whose membership is `m`, may see the room `r` [A5]. Members see an archived room; so do
 * administrators if it is open, since they may restore it.
 */
export const IS_VISIBLE_ROOM =
  '(m.role IS NOT NULL OR is_visible_to_outsider(r.kind, r.archived_at IS NOT NULL, $1))';

/**
 * For a member `m` of a closed room `r`: the id of the open room with the same name [C11], if the person $1 may see it; null for none.
 * It reads the index of open names only, so its cost tells nothing about closed rooms.
 */
export const NAMESAKE_ID = `CASE WHEN r.kind = 'closed' AND m.role IS NOT NULL THEN (
    SELECT o.id FROM rooms o WHERE o.kind = 'open' AND lower(o.name COLLATE "C") = lower(r.name COLLATE "C")
      AND is_visible_to_outsider(o.kind, o.archived_at IS NOT NULL, $1)) END AS namesake_id`;
