// Calls every public entrance, or those whose name begins with the second argument, and prints a line for each: its name, a tab, and what
// it said. The first argument is a folder with samples. With "gone" as the third, the working folder is deleted before.
using System.Runtime.CompilerServices;

namespace LiftPlus.Entrances;

internal static class Program
{
    public static void Main(string[] args)
    {
        if (args is [_, _, "gone"])
            LoseWorkingFolder();
        Walk(args[0], args.ElementAtOrDefault(1) ?? "");
    }

    private static void LoseWorkingFolder()
    {
        string folder = Directory.CreateTempSubdirectory("liftplus-").FullName;
        Directory.SetCurrentDirectory(folder);
        Directory.Delete(folder);
    }

    // Apart, so that no assembly of the library is loaded before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Walk(string folder, string prefix)
    {
        var samples = new Samples(folder);
        foreach (Entrance entrance in Entrance.All().Where(entrance => entrance.Name.StartsWith(prefix, StringComparison.Ordinal)))
            Console.WriteLine($"{entrance.Name}\t{entrance.Call(samples)}");
    }
}
