"""Locks: who holds what, who waits for whom. Rows, whole tables and application-wide holds by a test.

A resource is (object_id, key) for a row or (object_id, None) for a table. Modes: S and X of rows and tables, IX of tables
whose rows are written, SCH_M of a table whose definition changes, SCH_S of a table being compiled against. Waiting goes
through the instance's condition; every wait is bounded by the session's LOCK_TIMEOUT or ends by a commit, a rollback, a
cancel or a deadlock.
"""
from sqlserver import errors

COMPATIBLE = {
    ("S", "S"), ("S", "IS"), ("IS", "S"), ("IS", "IS"), ("IX", "IX"), ("IS", "IX"), ("IX", "IS"),
    ("SCH_S", "S"), ("S", "SCH_S"), ("SCH_S", "X"), ("X", "SCH_S"), ("SCH_S", "IX"), ("IX", "SCH_S"),
    ("SCH_S", "SCH_S"), ("SCH_S", "IS"), ("IS", "SCH_S"),
}
WAIT_CHECK_S = 0.25


class Locks:
    def __init__(self, condition):
        self.condition = condition
        self.held = {}            # resource -> {owner: set of modes}
        self.by_owner = {}        # owner -> set of resources
        self.waiting = {}         # owner -> set of owners it waits for

    def blockers(self, owner, resource, mode):
        return {other for other, modes in self.held.get(resource, {}).items()
                if other is not owner and any((mode, held) not in COMPATIBLE for held in modes)}

    def take(self, owner, resource, mode):
        self.held.setdefault(resource, {}).setdefault(owner, set()).add(mode)
        self.by_owner.setdefault(owner, set()).add(resource)

    def acquire(self, owner, resource, mode):
        """Waits for the lock and takes it. Owner: `session` with lock_timeout_ms, spid, check_cancel, deadlock_priority."""
        self.wait_while(owner, lambda: self.blockers(owner, resource, mode))
        self.take(owner, resource, mode)

    def wait_for(self, owner, resource, mode):
        """Waits until the lock could be taken, and does not take it (a reader under READ COMMITTED)."""
        self.wait_while(owner, lambda: self.blockers(owner, resource, mode))

    def wait_while(self, owner, blockers):
        session = owner.session
        waited, limit = 0.0, None if session.lock_timeout_ms < 0 else session.lock_timeout_ms / 1000
        clock = session.instance.monotonic
        begin = clock()
        try:
            while found := blockers():
                if limit is not None and waited >= limit:
                    raise errors.lock_timeout()
                self.waiting[owner] = found
                self._break_deadlock(owner)
                self._check(owner)
                left = WAIT_CHECK_S if limit is None else min(WAIT_CHECK_S, limit - waited)
                self.condition.wait(max(left, 0.001))
                waited = clock() - begin
                self._check(owner)
        finally:
            self.waiting.pop(owner, None)

    def _check(self, owner):
        if owner.is_victim:
            owner.is_victim = False
            raise errors.deadlock(owner.session.spid)
        owner.session.check_cancel()

    def _break_deadlock(self, owner):
        cycle = self._cycle(owner)
        if not cycle:
            return
        victim = min(cycle, key=lambda one: (one.session.deadlock_priority, one.weight(), -one.number))
        victim.is_victim = True
        self.condition.notify_all()

    def _cycle(self, start):
        stack, seen = [(start, [start])], set()
        while stack:
            node, path = stack.pop()
            for other in self.waiting.get(node, ()):
                if other is start:
                    return path
                if other not in seen:
                    seen.add(other)
                    stack.append((other, path + [other]))
        return None

    def release(self, owner):
        for resource in self.by_owner.pop(owner, ()):
            owners = self.held[resource]
            owners.pop(owner, None)
            if not owners:
                del self.held[resource]
        self.condition.notify_all()
