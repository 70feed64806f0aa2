namespace LiftPlus.Backbones;

/// <summary>Specifies which parts of the projection to queries, keys and values have a bias in a file. The others are 0 here.</summary>
internal enum QueryKeyValueBias
{
    /// <summary>All three.</summary>
    All,

    /// <summary>Queries and values.</summary>
    NotKey,

    /// <summary>None of them.</summary>
    None,
}
