"""Descent on real data: a line through the penguins, with all of them, with few, with one at a time."""

import numpy as np

from ..gradient_descent import gd, least_squares_grad, least_squares_loss, minibatch_grad, normal_equation
from ..language import _, plural
from ..trace import run
from ._plane import Arrow, Backdrops, contours, settle, short, thin
from .style import C, panel, styled

FLIPPER = 190.0  # mm; lengths count from here, in cm
START = np.array([2.6, -0.25])
SCHEDULES = {
    "0.1": (0.1, lambda t: 1.0),
    "0.01": (0.01, lambda t: 1.0),
    "1/t": (1.0, lambda t: 1 / t),
    "1/t²": (1.0, lambda t: 1 / t**2),
    "0.1 · 0.5ᵗ": (0.1, lambda t: 0.5 ** min(t, 1000)),  # a rate has to stay above 0
}


def line_data(birds):
    """A column of ones and the flipper's length over 190 mm, in cm; the mass in kg."""
    x = (birds.flipper_length - FLIPPER) / 10
    return np.stack([np.ones_like(x), x], axis=1), birds.body_mass / 1000


def mean_loss(theta, X, y):
    """J / n: a rate then means the same for any number of samples."""
    return least_squares_loss(theta, X, y) / len(y)


def mean_grad(theta, X, y):
    """The gradient of :func:`mean_loss`."""
    return least_squares_grad(theta, X, y) / len(y)


def _parameter_plane(X, y, width=2.35):
    fig, ax = panel(
        width, 2.35, xlim=(2.2, 5.0), ylim=(-0.5, 1.5), xlabel=_("intercept θ₀"), ylabel=_("slope θ₁")
    )
    ax.set(xticks=[3, 4, 5], yticks=[0, 1])
    settle(ax)
    contours(ax, lambda theta: mean_loss(theta, X, y), [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
    ax.plot(*normal_equation(X, y)[:, None], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=5)
    return fig, ax


def _scatter(X, y, width=2.35):
    fig, ax = panel(
        width,
        2.35,
        xlim=(-2.2, 4.5),
        ylim=(2.4, 6.6),
        xlabel=_("flipper over 190 mm, cm"),
        ylabel=_("mass, kg"),
    )
    ax.set(xticks=[-2, 0, 2, 4], yticks=[3, 4, 5, 6])
    ax.plot(X[:, 1], y, ".", ms=4, color=C["muted"], alpha=0.45, mew=0)
    return fig, ax


def _downhill(theta, X, y):
    return -mean_grad(theta, X, y)


@styled
def by_hand(birds):
    """The reader looks for the best line alone, with the slope of the loss as the only hint."""
    X, y = line_data(birds)
    intercepts, slopes = (
        np.round(np.arange(2.5, 4.76, 0.25), 2),
        np.round(np.arange(-0.4, 1.41, 0.2), 1) + 0.0,
    )
    plane, ax = _parameter_plane(X, y, 2.7)
    parts = [ax.plot([], [], color=C["muted"], lw=2, animated=True)[0] for _part in range(2)]
    hint = Arrow(ax, C["orange"], 2.4)
    knob = ax.plot([], [], "o", ms=11, color=C["paper"], mec=C["ink"], mew=2.5, zorder=6, animated=True)[0]
    cloud, ax_fit = _scatter(X, y, 2.7)
    line = ax_fit.plot([], [], lw=2.5, color=C["blue"], animated=True)[0]
    ends = np.array([-2.2, 4.5])
    lowest = mean_loss(normal_equation(X, y), X, y)

    def update(intercept, slope):
        theta = np.array([intercept, slope])
        step = 0.25 * _downhill(theta, X, y)
        hint.set(theta, theta + step)
        for arrow, part in zip(parts, np.diag(step), strict=True):
            arrow.set_data(*thin(ax, np.stack([theta, theta + part])).T)
        knob.set_data([intercept], [slope])
        line.set_data(ends, intercept + slope * ends)
        return _(
            "{a:.2f} kg at 190 mm and {b:+.1f} kg a centimetre: loss {loss:.3f}; the least is {low:.3f}."
        ).format(a=intercept, b=slope, loss=mean_loss(theta, X, y), low=lowest)

    params = {"intercept": intercepts, "slope": slopes, "start": {"intercept": 3.0, "slope": -0.2}}
    params["labels"] = {"intercept": _("intercept θ₀"), "slope": _("slope θ₁")}
    params["grab"] = {"intercept": (ax, "x"), "slope": (ax, "y")}
    return [plane, cloud], update, params


@styled
def valley(birds, n_steps=20):
    """Gradient descent fits the line: the ball on the surface of the loss, the line through the birds."""
    X, y = line_data(birds)
    rates = [0.1, 0.5, 0.6]
    paths = {lr: run(gd(lambda theta: mean_grad(theta, X, y), START, lr), n_steps).theta for lr in rates}
    exact = normal_equation(X, y)
    plane, ax = _parameter_plane(X, y, 2.7)
    trail = ax.plot([], [], ".-", ms=6, lw=1.2, color=C["blue"], animated=True)[0]
    ball = ax.plot([], [], "o", ms=11, color=C["orange"], mec=C["paper"], zorder=6, animated=True)[0]
    cloud, ax_fit = _scatter(X, y, 2.7)
    ends = np.array([-2.2, 4.5])
    ax_fit.plot(ends, exact[0] + exact[1] * ends, ":", lw=1.5, color=C["ink"])
    line = ax_fit.plot([], [], lw=2.5, color=C["orange"], animated=True)[0]

    def update(rate, step):
        path = paths[rate]
        theta = path[step]
        trail.set_data(*thin(ax, path[: step + 1], tolerance=0, grid=0.5).T)
        ball.set_data(*theta[:, None])
        line.set_data(ends, theta[0] + theta[1] * ends)
        return _(
            "η = {lr:g}, step {k}: θ = ({a:.3f}, {b:.3f}), loss {loss}. Exact: ({c:.3f}, {d:.3f}), loss "
            "{low:.4f}."
        ).format(
            lr=rate, k=step, a=theta[0], b=theta[1], loss=f"{mean_loss(theta, X, y):.4f}",
            c=exact[0], d=exact[1], low=mean_loss(exact, X, y),
        )  # fmt: skip

    params = {"rate": rates, "step": range(n_steps + 1), "play": "step", "start": {"rate": 0.1, "step": 4}}
    params["labels"] = {"rate": _("rate η"), "step": _("step")}
    return [plane, cloud], update, params


@styled
def twin(birds, n_steps=300):
    """The same length twice, in centimetres and in inches: a trough for a valley, and what a ridge does."""
    cm = (birds.flipper_length - birds.flipper_length.mean()) / 10
    X, y = np.stack([cm, cm / 2.54], axis=1), (birds.body_mass - birds.body_mass.mean()) / 1000
    ridges = [0, 0.01, 0.03, 0.1, 0.3, 1.0]
    starts = np.array([[-0.6, 0.2], [0.9, 1.4], [1.2, -0.9]])
    colours = C["blue"], C["orange"], C["green"]

    def penalised(ridge):
        return lambda theta: mean_loss(theta, X, y) + ridge / 2 * (theta**2).sum(axis=-1)

    paths = {}
    for ridge in ridges:
        largest = np.linalg.eigvalsh(X.T @ X / len(y))[-1] + ridge
        grad = lambda theta, ridge=ridge: mean_grad(theta, X, y) + ridge * theta  # noqa: E731
        paths[ridge] = run(gd(grad, starts, 1 / largest), n_steps).theta

    plane, ax = panel(
        2.7, 2.5, xlim=(-0.9, 1.5), ylim=(-1.2, 1.7), xlabel=_("θ of centimetres"), ylabel=_("θ of inches")
    )
    settle(ax)
    levels = [0.16, 0.4, 0.8, 1.6, 3.2]
    backdrops = Backdrops(ax, {ridge: (penalised(ridge), levels) for ridge in ridges})
    ax.plot(*starts.T, "o", ms=7, color=C["paper"], mec=C["ink"], zorder=5)
    trails = [ax.plot([], [], "-", lw=2, color=c, animated=True)[0] for c in colours]
    dots = [ax.plot([], [], "o", ms=7, color=c, mec=C["paper"], zorder=6, animated=True)[0] for c in colours]
    star = ax.plot([], [], "*", ms=13, color=C["ink"], mec=C["paper"], zorder=7, animated=True)[0]
    cloud, ax_fit = panel(
        2.7,
        2.5,
        xlim=(-3.2, 3.4),
        ylim=(-2.0, 2.4),
        xlabel=_("flipper over the mean, cm"),
        ylabel=_("mass over the mean, kg"),
    )
    ax_fit.plot(cm, y, ".", ms=4, color=C["muted"], alpha=0.45, mew=0)
    fits = [
        ax_fit.plot([], [], ls, lw=2.5, color=c, animated=True)[0]
        for c, ls in zip(colours, ("-", "--", ":"), strict=True)
    ]
    ends = np.array([-3.2, 3.4])

    def update(ridge):
        backdrops.show(ridge)
        last = paths[ridge][-1]
        slopes = last[:, 0] + last[:, 1] / 2.54
        for i in range(3):
            trails[i].set_data(*thin(ax, paths[ridge][:, i], grid=0.2).T)
            dots[i].set_data(*last[i][:, None])
            fits[i].set_data(ends, slopes[i] * ends)
        try:
            exact = normal_equation(X, y, ridge * len(y))
        except ValueError:
            star.set_data([], [])
            return _(
                "No ridge: XᵀX has rank 1 of 2 and no inverse. Three starts end at three points, all with "
                "the line of {slope:.3f} kg a centimetre."
            ).format(slope=slopes[0])
        star.set_data(*exact[:, None])
        away = float(np.abs(last - exact).max())
        return _(
            "λ/n = {ridge:g}: one minimum, ({a:.3f}, {b:.3f}), a line of {slope:.3f} kg a centimetre. After "
            "{n} steps the worst start is {away:.3f} from it."
        ).format(ridge=ridge, a=exact[0], b=exact[1], slope=exact[0] + exact[1] / 2.54, n=n_steps, away=away)

    params = {"ridge": ridges, "labels": {"ridge": _("ridge λ/n")}}
    return [plane, cloud], update, params


def batch_run(X, y, batch_size, lr, n_epochs, rng):
    """Gradient descent on the mean loss, `batch_size` samples an update; θ after every update."""
    estimate = minibatch_grad(X, y, batch_size, rng)
    n_updates = n_epochs * -(-len(y) // batch_size)
    return run(gd(lambda theta: estimate(theta) / len(y), START, lr), n_updates).theta


@styled
def batches(birds, n_epochs=5, seed=3):
    """One, some or all birds an update; five times through the data in every case."""
    X, y = line_data(birds)
    n = len(y)
    sizes, rates = (
        [1, 2, 6, 18, 57, 171, 342],
        [0.01, 0.03, 0.1, 0.3],
    )  # all divide 342: no batch is left over
    exact = normal_equation(X, y)
    lowest = mean_loss(exact, X, y)
    runs = {(b, lr): batch_run(X, y, b, lr, n_epochs, seed) for b in sizes for lr in rates}
    with np.errstate(over="ignore", invalid="ignore"):
        excess = {key: mean_loss(path, X, y) - lowest for key, path in runs.items()}

    plane, ax = _parameter_plane(X, y)
    trail = ax.plot([], [], lw=1, color=C["blue"], animated=True)[0]
    ball = ax.plot([], [], "o", ms=9, color=C["orange"], mec=C["paper"], zorder=6, animated=True)[0]
    ticks = [1e-5, 1e-3, 1e-1, 10], ["0.00001", "0.001", "0.1", "10"]
    panels = []
    for label, colour in ((_("updates"), C["blue"]), (_("birds seen"), C["purple"])):
        fig, ax_loss = panel(
            2.35, 2.35, xscale="log", yscale="log", xlim=(0.8, 2200), ylim=(4e-6, 30), xlabel=label
        )
        ax_loss.set_title(_("loss above the least"), loc="left", fontsize=10)
        ax_loss.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        ax_loss.set_yticks(*ticks)
        ax_loss.minorticks_off()
        settle(ax_loss)
        panels.append((fig, ax_loss, ax_loss.plot([], [], lw=1.8, color=colour, animated=True)[0]))

    def update(batch, rate):
        path, loss = runs[batch, rate], excess[batch, rate]
        loss = np.where(np.isfinite(loss), np.maximum(loss, 1e-9), np.inf)
        shown = np.unique(np.geomspace(1, len(path) - 1, 60).astype(int))
        trail.set_data(*thin(ax, path[np.r_[0 : min(60, len(path)), shown[shown >= 60]]]).T)
        there = np.isfinite(path[-1]).all()
        ball.set_data(*(path[-1][:, None] if there else ([], [])))
        for (_fig, ax_loss, line), per_update in zip(panels, (1, batch), strict=True):
            line.set_data(*thin(ax_loss, np.stack([shown * per_update, loss[shown]], axis=1), 0.4, 0.5).T)
        late = loss[len(loss) // 2 :]
        start = plural("{b} bird an update, η = {lr:g}: ", "{b} birds an update, η = {lr:g}: ", batch)
        text = start.format(b=batch, lr=rate)
        if not np.isfinite(late).all() or late.max() > 1e3:
            return text + _("diverged.")
        done = plural("{k} update for {n} birds seen", "{k} updates for {n} birds seen", len(path) - 1)
        return text + _(
            "{done}; in the second half the loss is {mean} above the least on average, {low} at best."
        ).format(
            done=done.format(k=f"{len(path) - 1:,}", n=f"{n_epochs * n:,}"),
            mean=short(late.mean()),
            low=short(late.min()),
        )

    params = {"batch": sizes, "rate": rates, "start": {"batch": 18, "rate": 0.1}}
    params["labels"] = {"batch": _("batch size"), "rate": _("rate η")}
    return [plane, *[fig for fig, _a, _l in panels]], update, params


def schedule_run(y, name, n_steps, rng):
    """The mean of `y` by stochastic gradient descent from 0, one sample a step, at a schedule of rates."""
    estimate = minibatch_grad(np.ones((len(y), 1)), y, 1, rng)
    lr, schedule = SCHEDULES[name]
    return run(gd(lambda theta: estimate(theta) / len(y), [0.0], lr, schedule=schedule), n_steps).theta[:, 0]


@styled
def schedules(birds, n_steps=3420, seed=0):
    """The mean mass by one bird at a time: which rates arrive, which wobble, which give up on the way."""
    y = birds.body_mass / 1000
    runs = {name: schedule_run(y, name, n_steps, seed) for name in SCHEDULES}
    fig, ax = panel(
        4.8, 2.3, xscale="log", xlim=(0.9, 4000), ylim=(-0.2, 6.4), xlabel=_("birds seen"), ylabel=_("θ, kg")
    )
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.minorticks_off()
    settle(ax)
    ax.axhline(y.mean(), color=C["ink"], lw=1, ls=":")
    steps = np.unique(np.geomspace(1, n_steps, 160).astype(int))
    for path in runs.values():
        ax.plot(*thin(ax, np.stack([steps, path[steps]], axis=1)).T, color=C["faint"], lw=1)
    line = ax.plot([], [], lw=2, color=C["blue"], animated=True)[0]

    def update(schedule):
        path = runs[schedule]
        line.set_data(*thin(ax, np.stack([steps, path[steps]], axis=1), 0.4, 0.2).T)
        late = path[-1000:] - y.mean()
        return _(
            "η = {name}: ends at {end:.3f} kg, the mean is {mean:.3f}. Over the last 1,000 birds "
            "it is {rms:.3f} off (root mean square)."
        ).format(name=schedule, end=path[-1], mean=y.mean(), rms=np.sqrt(np.mean(late**2)))

    return fig, update, {"schedule": list(SCHEDULES), "labels": {"schedule": _("rate η at step t")}}
