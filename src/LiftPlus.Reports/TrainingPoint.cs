namespace LiftPlus.Reports;

/// <summary>A moment of a training run. Accuracies are in percent, and null where they are not known.</summary>
public sealed record TrainingPoint
{
    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch, 1-based.</summary>
    public required int Epoch { get; init; }

    /// <summary>Whether the accuracies are the validation set's; else they are those of the training images of late.</summary>
    public bool IsValidation { get; init; }

    /// <summary>Training loss; null at a validation.</summary>
    public double? Loss { get; init; }

    /// <summary>Learning rate; null at a validation.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Accuracy over all images.</summary>
    public double? Overall { get; init; }

    /// <summary>Accuracy on the classes with more than 100 training images.</summary>
    public double? Many { get; init; }

    /// <summary>Accuracy on the classes with 20 to 100 training images.</summary>
    public double? Medium { get; init; }

    /// <summary>Accuracy on the classes with fewer than 20 training images.</summary>
    public double? Few { get; init; }
}
