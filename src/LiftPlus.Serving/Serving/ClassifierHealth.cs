namespace LiftPlus;

/// <summary>Specifies whether a served classifier answers.</summary>
public enum ClassifierHealth
{
    /// <summary>No model has been loaded yet.</summary>
    Starting,

    /// <summary>The classifier answers.</summary>
    Ready,

    /// <summary>The classifier answers with the old model, because the new one in the folder cannot be loaded or fails its test.</summary>
    Stale,

    /// <summary>The first model cannot be loaded or fails its test.</summary>
    Failed,

    /// <summary>The classifier has been disposed.</summary>
    Stopped,
}
