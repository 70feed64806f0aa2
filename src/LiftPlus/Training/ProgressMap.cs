namespace LiftPlus.Training;

/// <summary>Passes progress on in another form.</summary>
internal sealed class ProgressMap<TFrom, TTo>(IProgress<TTo>? to, Func<TFrom, TTo> map) : IProgress<TFrom>
{
    public void Report(TFrom value) => to?.Report(map(value));
}
