using System.Text;
using LiftPlus.Files;

namespace LiftPlus.Pickles;

/// <summary>Represents a numpy array of bytes: its shape and where its elements are in the file.</summary>
internal sealed class PickleArray
{
    public long[] Shape { get; set; } = [];

    /// <summary>Gets whether the first axis moves fastest, as in Fortran.</summary>
    public bool IsColumnMajor { get; set; }

    public PickleBytes Elements { get; set; } = new(0, 0);
}

/// <summary>
/// Reads pickles of plain values and numpy arrays of bytes, the form in which some datasets are published. Nothing that they name is
/// called.
/// </summary>
internal sealed class NumpyPickle : PickleNames
{
    private const int MaxRank = 4;

    private readonly SourceFile _file;

    private NumpyPickle(SourceFile file) => _file = file;

    public override string Content => "images and labels";

    public override string WayOut => "give the set's binary archive instead";

    public override bool KeepsBytes => true;

    /// <summary>Reads a whole pickle whose value is a dictionary; texts, old or new, are its keys.</summary>
    /// <exception cref="WeightFileException">The file is damaged, is not a dictionary, or needs more than a dataset does.</exception>
    public static Dictionary<string, object> Read(SourceFile file)
    {
        var unpickler = new Unpickler(file, "pickle", 0, file.Length, new NumpyPickle(file));
        if (unpickler.Load() is not Dictionary<object, object> root)
            throw new WeightFileException(file.Path, "its value is not a dictionary. Fetch the file again.");
        var named = new Dictionary<string, object>();
        foreach ((object key, object value) in root)
        {
            if (Text(file, key) is string name)
                named[name] = value;
        }

        return named;
    }

    /// <summary>Reads a text, old or new; null if the value is not a text.</summary>
    public static string? Text(SourceFile file, object value) =>
        value switch
        {
            string text => text,
            PickleBytes { Length: <= 1000 } bytes => Encoding.UTF8.GetString(file.Bytes(bytes.Offset, (int)bytes.Length)),
            _ => null,
        };

    public override bool IsAllowed(string name) =>
        name is "numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct" or "numpy.ndarray" or "numpy.dtype";

    public override object? Make(string name, object[] arguments) =>
        (name, arguments) switch
        {
            ("numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct", [PickleGlobal { Name: "numpy.ndarray" }, ..]) =>
                new PickleArray(),
            ("numpy.dtype", [object type, ..]) when Text(_file, type) is "u1" or "uint8" or "B" => PickleNone.Value, // no byte order
            _ => null,
        };

    public override bool SetState(object target, object state)
    {
        if (target is PickleNone)
            return true;
        if (
            target is not PickleArray array
            || state is not object[] parts
            || parts is not [_, object[] shape, PickleNone, bool isColumnMajor, PickleBytes elements]
            || shape.Length is 0 or > MaxRank
        )
        {
            return false;
        }

        UInt128 count = 1;
        foreach (object size in shape)
        {
            if (size is not (long and >= 0) || (count *= (UInt128)(long)size) > (UInt128)elements.Length)
                return false;
        }

        if (count != (UInt128)elements.Length)
            return false;
        array.Shape = [.. shape.Cast<long>()];
        array.IsColumnMajor = isColumnMajor;
        array.Elements = elements;
        return true;
    }
}
