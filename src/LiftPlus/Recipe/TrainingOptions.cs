using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>How long, how fast and from which seed a model is trained. The defaults are LIFT+'s (arXiv 2504.13282).</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training set.</summary>
    /// <value>The default value is 5; 15 suit the largest sets (iNaturalist 2018).</value>
    [Range(1, 10_000)]
    public int Epochs { get; init; } = 5;

    /// <summary>Learning rate of the first epoch; cosine annealing takes it to 0, one step per epoch.</summary>
    /// <value>The default value is 0.02.</value>
    [Range(1e-12, 1e3)]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Images per optimiser step.</summary>
    /// <value>The default value is 128.</value>
    [Range(1, 1_000_000)]
    public int BatchSize { get; init; } = 128;

    /// <summary>Micro-batches that a batch is split into to save memory: each adds its share of the gradient before the step.
    /// The same as the whole batch at once for every loss that is a mean over images; LADE and the weighted losses see only a micro-batch.</summary>
    /// <value>The default value is 1. <see cref="BatchSize"/> must be a multiple of it.</value>
    [Range(1, 100_000)]
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Activation checkpointing (arXiv 1604.06174): of every transformer block that gradients pass through only the input is kept, and the block is
    /// computed again in the backward pass. The same gradients, to rounding; memory for activations falls to little more than one block's, and a step takes half as
    /// long again (a third where all weights are trained). Halving the micro-batch (<see cref="AccumulationSteps"/>) costs no time, so try that first. Without effect on ResNets.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool ActivationCheckpointing { get; init; }

    /// <summary>The optimiser and its settings.</summary>
    /// <value>The default is SGD with momentum 0.9 and weight decay 5e-4 on every trained parameter.</value>
    public OptimizerOptions Optimizer { get; init; } = new SgdOptions();

    /// <summary>Steps over which the learning rate rises in equal parts to its schedule: step n of W takes n / W of it.</summary>
    /// <value>The default value is 0: none, as LIFT+ trains.</value>
    [Range(0, 1_000_000_000)]
    public int WarmupSteps { get; init; }

    /// <summary>Groups of trained parameters with rates of their own; a parameter belongs to the first group that it matches.</summary>
    /// <value>The default is none: every parameter has the same rate and decay.</value>
    public ImmutableArray<ParameterGroup> ParameterGroups { get; init; } = [];

    /// <summary>The largest norm ‖g‖₂ of a step's gradient over all trained parameters; a longer one is scaled down to it.</summary>
    /// <value>The default is null: gradients are taken as they are.</value>
    [Range(1e-12, 1e12)]
    public double? ClipGradientNorm { get; init; }

    /// <summary>
    /// Decay d in (0, 1) of an exponential moving average of the trained parameters: a = d a + (1 - d) p after every step, with d at most (1 + n) / (10 + n)
    /// after n steps. Validation and the finished model use the average. Running statistics of batch normalisation are not averaged.
    /// </summary>
    /// <value>The default is null: no average. 0.99 suits runs of a thousand steps, 0.999 longer ones.</value>
    [Range(1e-6, 0.999999)]
    public double? AveragingDecay { get; init; }

    /// <summary>When to stop before the last epoch, by the accuracy on the validation set.</summary>
    /// <value>The default is null: every epoch is trained.</value>
    public EarlyStoppingOptions? EarlyStopping { get; init; }

    /// <summary>Seed of initial values, image order and augmentation.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>Arithmetic of the frozen part.</summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// Whether a GPU may round the inputs of float32 matrix products to TensorFloat-32 (10 bits of mantissa): faster on Ampere and later. A switch of the
    /// whole process, set when training starts; without effect on the CPU.
    /// </summary>
    /// <value>The default value is false.</value>
    public bool AllowTf32 { get; init; }

    /// <summary>
    /// How the processor multiplies activations with weights in float32: what the training takes longest for. Results of the two ways differ by rounding.
    /// Without effect on a GPU.
    /// </summary>
    /// <value>The default value is <see cref="LiftPlus.LinearProduct.Auto"/>.</value>
    public LinearProduct LinearProduct { get; init; }

    /// <summary>Threads that decode and transform images ahead of the training thread.</summary>
    /// <value>The default is null: chosen from the processor. The result does not depend on it.</value>
    [Range(1, 1024)]
    public int? LoaderWorkers { get; init; }

    /// <summary>Looks at every image's file before training starts (<see cref="ImageDataset.Check"/>), so that a broken one does not end the run hours later.</summary>
    /// <value>The default value is true.</value>
    public bool CheckImages { get; init; } = true;

    /// <summary>What happens when an image cannot be read: the run fails and names it, or leaves it out and lists it (<see cref="FineTunedModel.SkippedImages"/>).</summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }
}
