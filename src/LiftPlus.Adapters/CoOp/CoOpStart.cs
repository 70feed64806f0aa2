namespace LiftPlus;

/// <summary>Specifies the initial values of learned context vectors.</summary>
public enum CoOpStart
{
    /// <summary>Uses normally distributed values with a standard deviation of 0.02.</summary>
    Random,

    /// <summary>Uses the words of "a photo of a {}.", including the full stop.</summary>
    PhotoPrompt,
}
