//! Message groups: each is a lane that delivers its messages in order, and is closed while any of them is in flight.

use rusqlite::{Connection, params};

use super::{first, run};

/// Records that a message joined the end of its group. A group that already has messages keeps the time of its first one.
pub(super) fn joined(conn: &Connection, queue: i64, group: &str, visible_at: i64) -> rusqlite::Result<()> {
    run(
        conn,
        "INSERT INTO lanes (queue, grp, ready_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![queue, group, visible_at],
    )?;
    Ok(())
}

/// Recomputes from when a group may be received, after any of its messages was taken, returned, moved or removed: when its last message in
/// flight comes back, or else when its first message becomes visible.
pub(super) fn settle(conn: &Connection, queue: i64, group: &str, now: i64) -> rusqlite::Result<()> {
    let locked: Option<i64> = first::<Option<i64>>(
        conn,
        "SELECT max(visible_at) FROM messages WHERE queue = ?1 AND grp = ?2 AND taken = 1",
        params![queue, group],
    )?
    .flatten();
    let ready_at = match locked.filter(|until| *until > now) {
        Some(until) => Some(until),
        None => first(
            conn,
            "SELECT visible_at FROM messages WHERE queue = ?1 AND grp = ?2 ORDER BY seq LIMIT 1",
            params![queue, group],
        )?,
    };
    match ready_at {
        Some(ready_at) => run(
            conn,
            "INSERT INTO lanes (queue, grp, ready_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (queue, grp) DO UPDATE SET ready_at = excluded.ready_at",
            params![queue, group, ready_at],
        )?,
        None => run(conn, "DELETE FROM lanes WHERE queue = ?1 AND grp = ?2", params![queue, group])?,
    };
    Ok(())
}

/// Groups that may be received from, the one that has waited longest first.
pub(super) fn ready(conn: &Connection, queue: i64, limit: i64, now: i64) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached("SELECT grp FROM lanes WHERE queue = ?1 AND ready_at <= ?2 ORDER BY ready_at LIMIT ?3")?
        .query_map(params![queue, now, limit], |row| row.get(0))?
        .collect()
}
