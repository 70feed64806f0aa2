namespace LiftPlus.Adapters;

/// <summary>What several methods check alike.</summary>
internal static class Checks
{
    /// <summary>A size is 1 or more where it is given.</summary>
    public static IEnumerable<string> Size(PeftOptions options, string name, int? size)
    {
        if (size < 1)
        {
            yield return $"'{options.Type}': {name} is {size}; give 1 or more, or leave it out to let it follow from the number of classes.";
        }
    }

    /// <summary>At least one site is named, and none that the method cannot stand at.</summary>
    public static IEnumerable<string> Sites(AdapterOptions options, AdapterSites allowed)
    {
        if (options.Sites == AdapterSites.None || (options.Sites & ~allowed) != 0)
            yield return $"'{options.Type}': Sites is {options.Sites}; name one or more of {allowed}.";
    }
}
