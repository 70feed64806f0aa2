namespace LiftPlus.Display;

/// <summary>Shows phases on a console. Not thread-safe.</summary>
internal interface IDisplay : IDisposable
{
    /// <summary>Shows how far a phase is.</summary>
    void Show(Step step);

    /// <summary>Writes a line that stays.</summary>
    void Write(string line);
}
