namespace LiftPlus;

/// <summary>Specifies which model of a run is returned.</summary>
public enum ReturnedModel
{
    /// <summary>
    /// The model of the epoch with the best validation accuracy (<see cref="TrainingOptions.Metric"/>), the first of equals. Without a
    /// validation set, the model of the last epoch.
    /// </summary>
    Best,

    /// <summary>The model of the last epoch.</summary>
    Last,
}
