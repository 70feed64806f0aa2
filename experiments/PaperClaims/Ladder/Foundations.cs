using System.Globalization;
using LiftPlus.Samples;
using LiftPlus.Samples.Pretraining;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Keeps the foundations of the ladder in the output folder, with one model folder per strength. Two of them are committed.
/// </summary>
internal static class Foundations
{
    /// <summary>Returns the model folder of a strength, which may not exist yet.</summary>
    public static string FolderOf(string output, Strength strength) =>
        strength == Strength.Strong ? TinyClipTask.BackboneFolder
        : strength == Strength.Weak ? TinyClipTask.WeakBackboneFolder
        : Path.Combine(output, "foundations", strength.Name);

    /// <summary>Returns the strengths that are not pre-trained yet, the strongest first.</summary>
    public static IReadOnlyList<Strength> Missing(string output) =>
        [.. Strength.All.Reverse().Where(strength => !Directory.Exists(FolderOf(output, strength)))];

    /// <summary>Returns the rungs whose foundations exist, from the weakest to the strongest.</summary>
    public static IReadOnlyList<World> Rungs(string output) =>
        [
            .. Strength
                .All.Where(strength => Directory.Exists(FolderOf(output, strength)))
                .Select(strength => new RungWorld(strength, FolderOf(output, strength))),
        ];

    /// <summary>Pre-trains a foundation. A stopped one starts anew at the next call.</summary>
    /// <param name="strength">The foundation.</param>
    /// <param name="output">The folder for results.</param>
    /// <param name="report">Receives lines about the progress.</param>
    /// <param name="cancellationToken">Stops the training; nothing is written.</param>
    public static void Pretrain(Strength strength, string output, Action<string> report, CancellationToken cancellationToken)
    {
        report(string.Create(CultureInfo.InvariantCulture, $"Pre-training the foundation '{strength.Name}' in {strength.Steps:N0} steps"));
        TinyClipPretraining.Run(strength, FolderOf(output, strength), report, cancellationToken);
    }
}
