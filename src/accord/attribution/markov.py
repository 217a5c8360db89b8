"""Removal effects in a Markov chain: by how much conversions would fall if a channel were not there.

After Anderl, Becker, von Wangenheim and Schumann, *Mapping the customer journey: Lessons learned from graph-based
online attribution modeling*, International Journal of Research in Marketing 33 (2016). A path moves from state to state
until it converts or ends without; with a label removed, whoever would come to it ends without. What others find by
simulation is computed here.
"""

import numpy as np

from accord.attribution.arrays import Floats, Ints
from accord.attribution.transitions import Transitions

_STATES_INVERTED = 2_000
_LABELS_INVERTED = 6_000


def removal_effects(transitions: Transitions) -> Floats:
    """Return for each label the share of conversions that is lost without it; 0 where nothing converts.

    A conversion is lost if its path meets the label, and to meet it a path enters one of the states A that end with
    it. With Q the probabilities between states, r those of converting at once, N = (I - Q)^-1, f = N r the
    probability of converting from each state and x = s N how often each is visited from the start, paths first enter
    A in the states h = x_A (N_AA)^-1, and the effect is h · f_A / (s · f). For order 1, A is one state k and this is

        (s N)_k f_k / (N_kk · s · f).

    Where there are too many states to invert, the same h is summed up step by step (``iteration.py``).
    """
    chain = _Chain(transitions)
    if not chain.conversions:
        return np.zeros(transitions.labels)
    most = _LABELS_INVERTED if transitions.order == 1 else _STATES_INVERTED
    if len(chain.states) > most:
        # What it needs takes longer to load than most chains take to be solved.
        from accord.attribution.iteration import iterated_effects  # noqa: PLC0415

        return iterated_effects(
            chain.source, chain.target, chain.probability, chain.converting, chain.last, transitions.labels
        )
    return _inverted(chain, transitions.labels)


class _Chain:
    """A chain by numbers: its states from 0, which is the start, on, and the probabilities of its steps."""

    def __init__(self, transitions: Transitions) -> None:
        labels, base = transitions.labels, transitions.labels + 1
        self.states, state = np.unique(transitions.state, return_inverse=True)
        self.last: Ints = self.states % base - 1
        left = np.bincount(state, transitions.count, len(self.states))
        probability = transitions.count / left[state]
        moves = transitions.follower < labels
        self.source: Ints = state[moves]
        remembered = transitions.state[moves] % base ** (transitions.order - 1)
        self.target: Ints = np.searchsorted(self.states, remembered * base + transitions.follower[moves] + 1)
        self.probability: Floats = probability[moves]
        wins = transitions.follower == labels + 1
        self.converting: Floats = np.zeros(len(self.states))
        self.converting[state[wins]] = probability[wins]
        self.conversions = int(transitions.count[wins].sum())


def _inverted(chain: _Chain, labels: int) -> Floats:
    size = len(chain.states)
    steps = np.zeros((size, size))
    steps[chain.source, chain.target] = chain.probability
    visits = np.linalg.inv(np.eye(size) - steps)
    chance = visits @ chain.converting
    effects = np.zeros(labels)
    for label in np.unique(chain.last[1:]):
        ending = np.flatnonzero(chain.last == label)
        if len(ending) == 1:
            entered = visits[0, ending] / visits[ending, ending]
        else:
            entered = np.linalg.solve(visits[np.ix_(ending, ending)].T, visits[0, ending])
        effects[label] = entered @ chance[ending] / chance[0]
    return effects
