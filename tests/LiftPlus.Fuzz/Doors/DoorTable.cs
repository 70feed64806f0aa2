namespace LiftPlus.Fuzz.Doors;

/// <summary>Lists every door. Input number n is for door n modulo the length of the table, in which each door has its share.</summary>
internal static class DoorTable
{
    public static IReadOnlyList<Door> Create(string folder) =>
        [
            .. WeightDoors
                .Create(folder)
                .Concat(BackboneDoors.Create(folder))
                .Concat(TokenizerDoors.Create(folder))
                .Concat(ModelDoors.Create(folder))
                .Concat(DecisionDoors.Create(folder))
                .Concat(JobDoors.Create(folder))
                .Concat(TextDoors.Create(folder))
                .Concat(ArchiveDoors.Create(folder))
                .Concat(ImageDoors.Create())
                .Concat(ReportDoors.Create(folder))
                .Concat(OnnxDoors.Create(folder))
                .SelectMany(door => Enumerable.Repeat(door, door.Share)),
        ];

    /// <summary>Returns the name of the door of an input.</summary>
    public static string NameOf(long number)
    {
        IReadOnlyList<Door> table = Create(Path.GetTempPath());
        return table[(int)(number % table.Count)].Name;
    }

    /// <summary>Writes a file into a folder of the door and returns its path.</summary>
    public static string Write(string folder, string name, byte[] content)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }
}
