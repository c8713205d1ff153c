"""The deterministic simulator: copies, stores, people and accidents, all drawn from one seed.

A run is a history of steps followed by rest: faults off, everything carried everywhere, and a few
rounds of sync. What must hold then stands in ``checks``; what people did, and saw when they did
it, is kept by ``oracle``, which is simpler than the engine and knows more than it.
"""
