namespace LiftPlus.Pickles;

/// <summary>Represents a name that a pickle refers to. Nothing is looked up or called by it.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>Represents bytes of the file that are not copied.</summary>
internal sealed record PickleBytes(long Offset, long Length);

/// <summary>Represents Python's None.</summary>
internal sealed class PickleNone
{
    public static readonly PickleNone Value = new();

    private PickleNone() { }
}
