namespace LiftPlus.TestSupport;

/// <summary>Says what happens before one of the operations that change files.</summary>
public enum Fault
{
    /// <summary>This operation fails.</summary>
    Error,

    /// <summary>This operation is not permitted.</summary>
    Refusal,

    /// <summary>There is no memory for this operation.</summary>
    Memory,

    /// <summary>The disk becomes full: a write stops half-way, and from here on nothing can be created or written.</summary>
    FullDisk,

    /// <summary>The process ends: from here on nothing is done, not even half of a write.</summary>
    Crash,
}
