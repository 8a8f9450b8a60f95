"""The score model: from questions right to a scaled score and back, with every assumption stated (kind: model).

Its public doors are ``mls_kit.scaling``, ``mls_kit.ratings`` and ``mls_kit.outlook``. The rooms, from the ground up:
``checks``, ``convolution``; ``forms``, ``demo_forms``, ``scaling``, ``equating``, ``ratings``; ``assumptions``,
``learning``, ``model``; ``joint``, ``retake``, ``study``, ``splits``, ``sensitivity``, ``feasibility``, ``attempts``,
``sittings``, ``subscores``, ``lookup``, ``weakness``, ``practice_rule``, ``prepared``, ``practice_evidence``; ``outlook``.
numpy and scipy only.
"""
