using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>Computes the gradient at the parameters.</summary>
internal sealed class PlainGradient(GradientPass pass) : StepGradient(pass)
{
    public override void Add(ImageBatch? batch, int ofStep, TrainingState state, StepTally tally)
    {
        using (batch)
            Pass.Accumulate(batch, ofStep, state.LossScale, tally);
    }
}
