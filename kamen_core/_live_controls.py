"""The part of ipywidgets that chapters use, for cells run in the page: the browser's own controls."""

import types
from numbers import Real


class Control:
    """One parameter: ``kind`` is int, float, log, choice, text, lines, truth or fixed."""

    def __init__(self, kind, value, description="", **more):
        self.kind, self.value, self.description, self.more = kind, value, description, more

    def described(self, name):
        """What the page draws it from."""
        label = self.description or name
        return {"name": name, "label": label, "kind": self.kind, "value": self.value} | self.more


def _slider(kind, default, lowest, highest, stride):
    def slider(value=default, min=lowest, max=highest, step=stride, *, base=10.0, description="", **unused):
        return Control(kind, value, description, min=min, max=max, step=step, base=base)

    return slider


def _choice(options=(), value=None, *, description="", **unused):
    pairs = list(options.items()) if isinstance(options, dict) else list(options)
    pairs = [p if isinstance(p, tuple) and len(p) == 2 else (str(p), p) for p in pairs]
    value = pairs[0][1] if value is None else value
    return Control("choice", value, description, options=[list(p) for p in pairs])


def _plain(kind, default):
    def control(value=default, *, description="", **unused):
        return Control(kind, value, description)

    return control


def control(value):
    """A control from the short forms that ``interact`` takes.

    Raises
    ------
    ValueError
        If there is none for `value`.
    """
    if isinstance(value, Control):
        return value
    if isinstance(value, bool):
        return Control("truth", value)
    if isinstance(value, str):
        return Control("text", value)
    if isinstance(value, Real):
        low, high = (-value, 3 * value) if value > 0 else (3 * value, -value) if value else (0, 1)
        return _range(low, high, None, value)
    if isinstance(value, tuple) and len(value) in (2, 3) and all(isinstance(v, Real) for v in value):
        return _range(*value[:2], value[2] if len(value) == 3 else None)
    if isinstance(value, list | tuple | dict):
        return _choice(value)
    raise ValueError(f"interact: expected a slider, a range, a list or a text, got {value!r}")


def _range(low, high, step=None, value=None):
    whole = all(isinstance(v, int) for v in (low, high, step or 1))
    if value is None:
        value = low + (high - low) // 2 if whole else low + (high - low) / 2
    step = step or (1 if whole else (high - low) / 100)
    return Control("int" if whole else "float", value, min=low, max=high, step=step, base=10.0)


def module(interact):
    """A module in the place of ipywidgets; `interact(function, controls)` is told of every call."""
    here = types.ModuleType("ipywidgets")

    def of(function=None, /, **parameters):
        if function is None:
            return lambda function: of(function, **parameters)
        interact(function, {name: control(value) for name, value in parameters.items()})
        return function

    here.interact = of
    here.IntSlider = _slider("int", 0, 0, 100, 1)
    here.FloatSlider = _slider("float", 0.0, 0.0, 10.0, 0.1)
    here.FloatLogSlider = _slider("log", 1.0, 0.0, 4.0, 0.1)
    here.BoundedIntText, here.BoundedFloatText = here.IntSlider, here.FloatSlider
    here.Dropdown = here.RadioButtons = here.ToggleButtons = here.Select = _choice
    here.Text, here.Textarea = _plain("text", ""), _plain("lines", "")
    here.Checkbox, here.ToggleButton = _plain("truth", False), _plain("truth", False)
    here.fixed = lambda value: Control("fixed", value)
    return here
