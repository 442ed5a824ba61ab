"""Stored procedures of the system that clients call, by EXEC or RPC. Any other name raises 2812.

Arguments are (name or None, type, value, is output); an OUTPUT value goes back through reply.output.
"""
import itertools

from sqlserver import definitions, sql_types
from sqlserver.errors import SqlError
from sqlserver.execution import Execution
from sqlserver.expressions import compile_value
from sqlserver.parser import Parser

HANDLES = itertools.count(1)


def execute(session, statement, reply, variables):
    """EXEC name arguments, EXEC (text)."""
    if statement.kind == "exec text":
        text = session.value_of(statement.parts["text"], variables, sql_types.nvarchar(sql_types.MAX))
        run_inner(session, text or "", reply, {})
        return
    arguments = []
    for name, tree, output in statement.parts["arguments"]:
        execution = Execution(session, variables)
        with session.statement(execution):
            found = compile_value(tree, execution.empty_scope())
            arguments.append((name, found.type or sql_types.nvarchar(1), found.evaluate(()), output))
    call(session, statement.parts["name"][-1], arguments, reply, variables)


def run_inner(session, text, reply, variables):
    """A batch inside of one; its errors end it and come out through the reply."""
    from sqlserver.parser import parse
    from sqlserver.session import ReturnFromBatch
    try:
        session.run_all(parse(text, session.quoted_identifier, session.instance.compat), reply, variables)
    except ReturnFromBatch:
        pass


def call(session, name, arguments, reply, variables=None):
    """Runs the procedure; the return status is 0."""
    procedure = PROCEDURES.get(name.lower())
    if procedure is None:
        raise SqlError(2812, f"Could not find stored procedure '{name}'.", state=62)
    procedure(session, arguments, reply)
    return 0


def values_of(arguments, names):
    """Values by position or name; None where not given."""
    found = dict.fromkeys(names)
    for place, (name, _, value, _) in enumerate(arguments):
        wanted = name.lower() if name else names[place] if place < len(names) else None
        if wanted not in found:
            raise SqlError(8145, f"{name} is not a parameter for procedure.", ends="batch")
        found[wanted] = value
    return [found[name] for name in names]


def parameter_slots(session, declarations, arguments):
    """Slots of the parameters of a prepared text: '@a int, @b nvarchar(10) OUTPUT'."""
    from sqlserver import conversion
    from sqlserver.expressions import declared_type
    from sqlserver.session import Slot
    slots = {}
    names = declared_parameters(declarations)
    scope = Execution(session, {}).empty_scope()
    for place, (name, kind, _) in enumerate(names):
        declared = declared_type(kind, scope, 1)
        given = next((one for one in arguments if one[0] and one[0].lower() == name), None)
        if given is None:
            unnamed = [one for one in arguments if not one[0]]
            given = unnamed[place] if place < len(unnamed) else None
        if given is None:
            raise SqlError(8178, f"The parameterized query '({declarations})' expects the parameter '{name}', which was not "
                                 "supplied.", ends="batch")
        slots[name] = Slot(declared, conversion.convert(given[2], given[1], declared, explicit=False))
    if len(arguments) > len(names):
        raise SqlError(8144, "Procedure or function sp_executesql has too many arguments specified.", ends="batch")
    return slots, [(name, given_name) for (name, _, output), given_name in zip(names, [one[0] for one in arguments])
                   if output]


def declared_parameters(text):
    """[(name, TypeName, is output)]"""
    if not text or not text.strip():
        return []
    parser = Parser(text)
    found = []
    while True:
        if parser.stream.peek().kind != "variable":
            raise parser.stream.wrong()
        name = parser.stream.next().value
        parser.stream.word("AS")
        kind = parser.type_name()
        found.append((name, kind, bool(parser.stream.one_of("OUTPUT", "OUT"))))
        if not parser.stream.sign(","):
            break
    if not parser.stream.at_end():
        raise parser.stream.wrong()
    return found


def run_text(session, text, declarations, arguments, reply):
    slots, outputs = parameter_slots(session, declarations or "", arguments)
    run_inner(session, text, reply, slots)
    for name, given in outputs:
        reply.output(given or name, slots[name].type, slots[name].value)


def executesql(session, arguments, reply):
    text = arguments[0][2]
    declarations = arguments[1][2] if len(arguments) > 1 else ""
    run_text(session, text, declarations, arguments[2:], reply)


def prepare(session, arguments, reply):
    """sp_prepare handle OUTPUT, parameters, text [, options]; gives the shape of the result."""
    handle = remember(session, arguments[1][2], arguments[2][2])
    reply.output(arguments[0][0] or "@handle", sql_types.INT, handle)


def remember(session, declarations, text):
    from sqlserver.parser import parse
    parse(text, session.quoted_identifier, session.instance.compat)
    handle = next(HANDLES)
    session.prepared[handle] = (declarations, text)
    return handle


def prepexec(session, arguments, reply):
    """sp_prepexec handle OUTPUT, parameters, text, values..."""
    old = arguments[0][2]
    if old:
        session.prepared.pop(old, None)
    handle = remember(session, arguments[1][2], arguments[2][2])
    run_text(session, arguments[2][2], arguments[1][2], arguments[3:], reply)
    reply.output(arguments[0][0] or "@handle", sql_types.INT, handle)


def execute_prepared(session, arguments, reply):
    handle = arguments[0][2]
    if handle not in session.prepared:
        raise SqlError(8179, f"Could not find prepared statement with handle {handle}.", state=2)
    declarations, text = session.prepared[handle]
    run_text(session, text, declarations, arguments[1:], reply)


def unprepare(session, arguments, reply):
    if session.prepared.pop(arguments[0][2], None) is None:
        raise SqlError(8179, f"Could not find prepared statement with handle {arguments[0][2]}.", state=2)


def reset_connection(session, arguments, reply):
    session.reset()


def rename(session, arguments, reply):
    old, new, kind = values_of(arguments, ["@objname", "@newname", "@objtype"])
    execution = Execution(session, {})
    with session.instance.lock, session.statement(execution):
        definitions.rename(execution, old, new, kind)
    reply.message(15477, "Caution: Changing any part of an object name could break scripts and stored procedures.", 0)


def add_role_member(session, arguments, reply):
    role, member = values_of(arguments, ["@rolename", "@membername"])
    held = session.database.users.get(member.lower())
    if held is None:
        raise SqlError(15410, f"User or role '{member}' does not exist in this database.", 11)
    held.roles.add(role.lower())


def flush_tracking(session, arguments, reply):
    """sp_flush_CT_internal_table_on_demand: the cleanup, now."""
    session.database.clean_up()
    reply.message(0, "Change tracking cleanup has run.", 0)



PROCEDURES = {
    "sp_executesql": executesql, "sp_prepare": prepare, "sp_prepexec": prepexec, "sp_execute": execute_prepared,
    "sp_unprepare": unprepare, "sp_reset_connection": reset_connection, "sp_rename": rename,
    "sp_addrolemember": add_role_member, "sp_flush_ct_internal_table_on_demand": flush_tracking,
}
