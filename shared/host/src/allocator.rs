//! Where every process has its memory from, SQLite's included (`docs/decisions/0029-memory.md`).

use tikv_jemallocator::Jemalloc;

/// Gives pages back to the system soon after nobody uses them, whichever thread had them.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;
