"""The same rules through CEL implementations that are not ours, to compare with."""

import cel as common_cel
from cel_expr_python import cel

from tongban.rules import functions
from tongban.rules.facts import Value
from tongban.rules.functions import Fault
from tongban.rules.tests.drawing import TYPES
from tongban.rules.tree import FUNCTIONS

CEL_TYPES = {"text": cel.Type.STRING, "date": cel.Type.STRING, "boolean": cel.Type.BOOL, "integer": cel.Type.INT}


def _raising(compute):
    def call(*arguments):
        try:
            return compute(*arguments)
        except Fault as fault:
            raise ValueError(fault.code) from None

    return call


def _declared(name: str):
    function = FUNCTIONS[name]
    takes = [CEL_TYPES[type] for type in function.takes]
    compute = _raising(functions.COMPUTE[name])
    return cel.FunctionDecl(name, [cel.Overload(name, CEL_TYPES[function.result], takes, False, compute)])


OURS = ("days_between", "days_after", "months_after", "age_on")
ENVIRONMENT = cel.NewEnv(
    variables={name: CEL_TYPES[type] for name, type in TYPES.items()}, functions=[_declared(name) for name in OURS]
)


def evaluate_with_google(source: str, values: dict[str, Value]) -> object:
    """cel-expr-python: the value, or None where it reports an error, of which a missing value is one."""
    result = ENVIRONMENT.compile(source).eval(data=values)
    return None if result.type().name() == "ERROR" else result.value()


def evaluate_with_common(source: str, values: dict[str, Value]) -> object:
    """common-expression-language, an implementation in Rust, which knows nested names only."""
    context = common_cel.Context()
    nested: dict[str, dict[str, Value]] = {}
    for name, value in values.items():
        head, tail = name.split(".")
        nested.setdefault(head, {})[tail] = value
    for name, value in nested.items():
        context.add_variable(name, value)
    for name in OURS:
        context.add_function(name, _raising(functions.COMPUTE[name]))
    try:
        return common_cel.evaluate(source, context)
    except Exception:
        return None
