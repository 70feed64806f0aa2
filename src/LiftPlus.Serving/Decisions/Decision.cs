using System.Collections.Immutable;

namespace LiftPlus.Decisions;

/// <summary>Represents what a policy makes of the logits and features of one image.</summary>
/// <param name="Probabilities">The calibrated probabilities (C).</param>
/// <param name="Set">The labels of the set, ascending.</param>
/// <param name="Unknown">How unknown the image is; null if the policy cannot tell.</param>
internal sealed record Decision(float[] Probabilities, ImmutableArray<int> Set, UnknownScore? Unknown);
