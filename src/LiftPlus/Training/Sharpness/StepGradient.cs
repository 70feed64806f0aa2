using LiftPlus.Data;
using LiftPlus.Runs;

namespace LiftPlus.Training;

/// <summary>Computes the gradient of a step from its micro-batches, at the parameters or near them.</summary>
internal abstract class StepGradient(GradientPass pass)
{
    protected GradientPass Pass { get; } = pass;

    public static StepGradient Create(FineTunedModel model, GradientPass pass, RunTensors tensors, ImageDataset train) =>
        model.Recipe.Training.Sharpness switch
        {
            null => new PlainGradient(pass),
            { Method: SharpnessMethod.GaussianNeighborhood } options => new NoisyGradient(options, model, pass, tensors),
            SharpnessOptions options => new AscentGradient(options.Radius, options.Share(train.Classes), pass, tensors)
            {
                Factor = options.Method == SharpnessMethod.ImbSam ? 2 : 1,
            },
        };

    /// <summary>Adds a micro-batch, or one of each process, and disposes it, now or when the step is complete.</summary>
    /// <param name="batch">The images; null if there are none left for this process.</param>
    /// <param name="ofStep">How many images the step has in all.</param>
    /// <param name="state">The state before the step.</param>
    /// <param name="tally">Where loss and hits are counted.</param>
    public abstract void Add(ImageBatch? batch, int ofStep, TrainingState state, StepTally tally);

    /// <summary>Completes the gradient of the step, scaled by the loss scale if there is one, and puts the parameters back.</summary>
    /// <returns>What was computed away from the parameters, a loss or a norm; it is not finite if training diverged there.</returns>
    public virtual double Complete(TrainingState state)
    {
        Pass.Complete();
        return 0;
    }

    /// <summary>Puts the parameters back and frees the batches of a step that ends early; does nothing after a complete one.</summary>
    public virtual void Abandon() { }
}
