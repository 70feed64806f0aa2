namespace LiftPlus;

/// <summary>Specifies what happens to an image when a classifier's queue is full.</summary>
public enum QueueFullMode
{
    /// <summary>The image is rejected with a <see cref="QueueFullException"/>.</summary>
    Reject,

    /// <summary>The image waits until there is room or the call is cancelled.</summary>
    Wait,
}
