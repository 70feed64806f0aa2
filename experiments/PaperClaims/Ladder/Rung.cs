namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Represents what a foundation of the ladder shows: LIFT+ minus full fine-tuning, each at its best learning rate.</summary>
/// <param name="World">The foundation.</param>
/// <param name="ZeroShot">The zero-shot accuracy over seeds; null before a run.</param>
/// <param name="Few">The difference on the few-shot classes; null for fewer than two seeds.</param>
/// <param name="Overall">The difference over all test images; null for fewer than two seeds.</param>
/// <param name="Light">The chosen row of LIFT+ for each seed.</param>
/// <param name="Heavy">The chosen row of full fine-tuning for each seed.</param>
internal sealed record Rung(
    World World,
    Spread? ZeroShot,
    PairedDifference? Few,
    PairedDifference? Overall,
    IReadOnlyList<string> Light,
    IReadOnlyList<string> Heavy
);
