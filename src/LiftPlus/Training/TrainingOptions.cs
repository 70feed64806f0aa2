using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;
using LiftPlus.Optimization;

namespace LiftPlus;

/// <summary>The arithmetic of the frozen part of the model; trained parameters, head and loss are float32 in every case.</summary>
public enum Precision
{
    /// <summary>32-bit floating point: exact, and the default.</summary>
    Float32,

    /// <summary>Frozen weights and activations in bfloat16: half the memory, about twice the speed where the processor supports it.</summary>
    BFloat16,
}

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

    /// <summary>Micro-batches that a batch is split into to save memory: each adds its share of the gradient before the step.</summary>
    /// <value>The default value is 1. <see cref="BatchSize"/> must be a multiple of it.</value>
    [Range(1, 100_000)]
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>The optimiser and its settings.</summary>
    /// <value>The default is SGD with momentum 0.9 and weight decay 5e-4 on every trained parameter.</value>
    public OptimizerOptions Optimizer { get; init; } = new SgdOptions();

    /// <summary>Seed of initial values, image order and augmentation.</summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>Arithmetic of the frozen part.</summary>
    /// <value>The default value is <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Threads that decode and transform images ahead of the training thread.</summary>
    /// <value>The default is null: chosen from the processor. The result does not depend on it.</value>
    [Range(1, 1024)]
    public int? LoaderWorkers { get; init; }

    /// <summary>Looks at every picture's file before training starts (<see cref="ImageDataset.Check"/>), so that a broken one does not end the run hours later.</summary>
    /// <value>The default value is true.</value>
    public bool Validate { get; init; } = true;

    /// <summary>What happens when a picture cannot be read: the run fails and names it, or leaves it out and lists it (<see cref="FineTunedModel.SkippedPictures"/>).</summary>
    /// <value>The default value is <see cref="UnreadablePolicy.Fail"/>.</value>
    public UnreadablePolicy Unreadable { get; init; }
}
