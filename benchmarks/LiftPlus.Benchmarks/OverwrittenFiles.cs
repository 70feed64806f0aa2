namespace LiftPlus.Benchmarks;

/// <summary>
/// Overwrites the files of a served model in place with those of two models by turns, and its backbone with itself: sometimes as <c>cp</c>
/// does, which empties a file first, sometimes without changing its length. There are pauses in the middle of a file.
/// </summary>
internal sealed class OverwrittenFiles(string served, string first, string second, string backbone)
{
    private static readonly string[] s_names = ["adapter.safetensors", "recipe.json"];
    private readonly byte[] _backbone = File.ReadAllBytes(backbone);
    private readonly Random _random = new(0);

    /// <summary>Gets the number of files overwritten.</summary>
    public int Count { get; private set; }

    public void OverwriteUntil(CancellationToken stop)
    {
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            string from = turn % 2 == 0 ? second : first;
            foreach (string name in turn % 4 < 2 ? s_names : s_names.Reverse())
                Overwrite(Path.Combine(served, name), File.ReadAllBytes(Path.Combine(from, name)));
            if (turn % 3 == 0)
                Overwrite(backbone, _backbone);
            Thread.Sleep(_random.Next(150)); // long enough, at times, for a load in peace
        }
    }

    private void Overwrite(string file, byte[] content)
    {
        using var stream = new FileStream(file, Count++ % 2 == 0 ? FileMode.Create : FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        int half = _random.Next(content.Length);
        stream.Write(content.AsSpan(0, half));
        stream.Flush();
        Thread.Sleep(_random.Next(30));
        stream.Write(content.AsSpan(half));
        stream.SetLength(content.Length);
    }
}
