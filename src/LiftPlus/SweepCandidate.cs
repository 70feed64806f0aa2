using LiftPlus.Sweeps;

namespace LiftPlus;

/// <summary>Represents a change of a recipe that a sweep tries (<see cref="LongTailFineTuner.SweepAsync"/>).</summary>
/// <param name="Name">The name in the results, such as "rate 0.05". Each candidate has its own.</param>
/// <param name="Change">
/// Changes the recipe, which the builder starts from: <c>builder => builder.UseLearningRate(0.05)</c>. <c>UseRecipe</c> and
/// <c>UsePreset</c> replace all of it; a recipe without a backbone keeps the fine-tuner's.
/// </param>
public sealed record SweepCandidate(string Name, Action<LongTailFineTunerBuilder> Change)
{
    /// <summary>Returns what to train: the fine-tuner's own recipe first.</summary>
    /// <exception cref="LiftPlusException">Names are blank or repeat, or a candidate changes more than the recipe.</exception>
    /// <exception cref="RecipeException">Recipes have errors; all of them are listed.</exception>
    internal static IReadOnlyList<SweepEntry> Resolve(IEnumerable<SweepCandidate> candidates, LongTailFineTuner tuner)
    {
        List<SweepEntry> entries = [new(SweepEntry.Default, tuner.Recipe, tuner.Services.CreateBackbone)];
        List<string> errors = [];
        foreach (SweepCandidate candidate in candidates)
        {
            if (string.IsNullOrWhiteSpace(candidate.Name) || entries.Exists(entry => entry.Name == candidate.Name))
                throw new LiftPlusException(
                    $"A candidate of the sweep has the name '{candidate.Name}', which is blank or taken; give each its own. "
                        + $"'{SweepEntry.Default}' is the fine-tuner's recipe."
                );
            try
            {
                entries.Add(candidate.Resolve(tuner));
            }
            catch (RecipeException e)
            {
                errors.AddRange(e.Errors.Select(error => $"Candidate '{candidate.Name}': {error}"));
            }
        }

        return errors.Count == 0 ? entries : throw new RecipeException(errors);
    }

    private SweepEntry Resolve(LongTailFineTuner tuner)
    {
        LongTailFineTunerBuilder builder = new(tuner);
        Change(builder);
        LongTailFineTuner changed = builder.Build();
        return changed.Services == tuner.Services with { CreateBackbone = changed.Services.CreateBackbone }
            ? new SweepEntry(Name, changed.Recipe, changed.Services.CreateBackbone)
            : throw new LiftPlusException(
                $"The candidate '{Name}' changes more than the recipe, such as the device, the decoder, checkpoints or the logger. "
                    + "Set these on the fine-tuner; they are the same for all."
            );
    }
}
