using System.Reflection;

namespace LiftPlus.Evaluation;

/// <summary>Reads the versions of assemblies.</summary>
internal static class AssemblyVersion
{
    /// <summary>Returns the version that an assembly was published as, such as "1.2.3+commit".</summary>
    public static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";
}
