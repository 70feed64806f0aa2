namespace LiftPlus.Pickles;

/// <summary>
/// Specifies what a kind of pickle may contain: the names it may refer to and what they create. Every other name is refused.
/// </summary>
internal abstract class PickleNames
{
    /// <summary>Gets what the file contains, for messages.</summary>
    public abstract string Content { get; }

    /// <summary>Gets what to do about a file that needs other names, for messages.</summary>
    public abstract string WayOut { get; }

    /// <summary>Gets whether runs of bytes, which include the texts of Python 2, are kept as bytes.</summary>
    public virtual bool KeepsBytes => false;

    /// <summary>Returns whether a pickle may refer to a name: module and name, joined by a dot.</summary>
    public abstract bool IsAllowed(string name);

    /// <summary>Returns the result of calling a name with arguments; null if the arguments do not fit.</summary>
    public abstract object? Make(string name, object[] arguments);

    /// <summary>Returns what a persistent id stands for; null if it is not one of this kind of file.</summary>
    public virtual object? Persistent(object id) => null;

    /// <summary>Gives an object its state; false where it has none or another.</summary>
    public abstract bool SetState(object target, object state);
}
