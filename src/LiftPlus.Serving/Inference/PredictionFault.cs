namespace LiftPlus.Inference;

/// <summary>Represents an error as JSON shows it.</summary>
internal sealed record PredictionFault(string Code, string Message)
{
    public const string TooLarge = "too-large",
        Unreadable = "unreadable";
}
