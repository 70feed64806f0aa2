namespace LiftPlus.Processes;

/// <summary>Says what a process does at a point where all meet.</summary>
internal enum Meeting : byte
{
    /// <summary>It gives bytes to all.</summary>
    Gather,

    /// <summary>It completes gradients.</summary>
    Complete,

    /// <summary>It has finished the run.</summary>
    End,

    /// <summary>It leaves the run because of an error.</summary>
    Failure,

    /// <summary>It leaves the run because it was cancelled.</summary>
    Cancellation,
}
