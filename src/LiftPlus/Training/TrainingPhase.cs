namespace LiftPlus;

/// <summary>Specifies what a run is doing.</summary>
public enum TrainingPhase
{
    /// <summary>Checking whether every image's file can be read (<see cref="TrainingOptions.CheckImages"/>).</summary>
    Checking,

    /// <summary>Computing the classifier's first weights, or the features of all images.</summary>
    Preparing,

    /// <summary>Taking optimizer steps.</summary>
    Training,

    /// <summary>Evaluating the model on the validation set.</summary>
    Validating,

    /// <summary>Downloading the backbone from the hub.</summary>
    Downloading,
}
