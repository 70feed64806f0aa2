using System.Buffers.Binary;
using System.Text;
using LiftPlus.Files;

namespace LiftPlus.Pickles;

/// <summary>
/// Reads the part of Python's pickle language that files of numbers are written in. A pickle is a program: here it can only build plain
/// values, dictionaries, lists and what its kind of file is made of (<see cref="PickleNames"/>); any other name it calls is refused with
/// its place. Steps, text, memo and keys are bounded, and so is the memory that the steps take together, in proportion to the pickle: a
/// short program could copy a long list again and again.
/// </summary>
internal sealed class Unpickler(SourceFile file, string place, long start, long end, PickleNames names)
{
    private const int MaxSteps = 1_000_000,
        MaxMemo = 1 << 18,
        MaxText = 1 << 20,
        MaxKey = 4096;
    private const long MaxTextTogether = 1 << 25,
        MemoryToStart = 1 << 27, // bytes that any pickle may take
        MemoryPerByte = 40;
    private static readonly object s_mark = new();
    private readonly List<object> _stack = [];
    private readonly Dictionary<long, object> _memo = [];
    private long _at = start,
        _text;

    /// <summary>Gets the position where reading stopped.</summary>
    public long Position => _at;

    /// <summary>Runs one pickle and returns its value.</summary>
    /// <exception cref="WeightFileException">The file is damaged, or needs more than a weight file does.</exception>
    public object Load()
    {
        long from = _at,
            taken = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < MaxSteps; step++)
        {
            long at = _at;
            if (GC.GetAllocatedBytesForCurrentThread() - taken > MemoryToStart + MemoryPerByte * (at - from))
                throw Wrong(at, $"its first {at - from} bytes take too much memory; this is not a file of {names.Content}");
            byte code = Take(1)[0];
            if (code == '.')
                return Pop();
            Execute(code, at);
        }

        throw Wrong(_at, $"it has more than {MaxSteps} steps; this is not a file of {names.Content}");
    }

    private void Execute(byte code, long at)
    {
        switch (code)
        {
            case 0x80: // PROTO
                if (Take(1)[0] is byte version and (< 2 or > 5))
                    throw Wrong(at, $"it is written in pickle protocol {version}, not 2 to 5");
                break;
            case 0x95:
                Take(8);
                break; // FRAME
            case (byte)'(':
                Push(s_mark);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                PopToMark();
                break;
            case (byte)'N':
                Push(PickleNone.Value);
                break;
            case 0x88:
                Push(true);
                break;
            case 0x89:
                Push(false);
                break;
            case (byte)'J':
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case (byte)'K':
                Push((long)Take(1)[0]);
                break;
            case (byte)'M':
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 0x8a:
                Push(Long(at));
                break;
            case (byte)'G':
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case (byte)'X':
                Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case 0x8c:
                Push(Text(Take(1)[0]));
                break;
            case (byte)'T':
                Push(OldText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case (byte)'U':
                Push(OldText(Take(1)[0]));
                break;
            case (byte)'B' when names.KeepsBytes:
                Push(Bytes(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case (byte)'C' when names.KeepsBytes:
                Push(Bytes(Take(1)[0]));
                break;
            case 0x8e when names.KeepsBytes:
                Push(Bytes(BinaryPrimitives.ReadInt64LittleEndian(Take(8))));
                break;
            case (byte)'}':
                Push(PickleDictionary.Create());
                break;
            case (byte)']':
                Push(new List<object>());
                break;
            case (byte)')':
                Push(Array.Empty<object>());
                break;
            case (byte)'t':
                Push(PopToMark());
                break;
            case 0x85:
                Push(PopMany(1));
                break;
            case 0x86:
                Push(PopMany(2));
                break;
            case 0x87:
                Push(PopMany(3));
                break;
            case (byte)'a':
                Append(at, PopMany(1));
                break;
            case (byte)'e':
                Append(at, PopToMark());
                break;
            case (byte)'s':
                SetItems(at, PopMany(2));
                break;
            case (byte)'u':
                SetItems(at, PopToMark());
                break;
            case (byte)'q':
                Remember(at, Take(1)[0]);
                break;
            case (byte)'r':
                Remember(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                break;
            case 0x94:
                Remember(at, _memo.Count);
                break;
            case (byte)'h':
                Push(Recall(at, Take(1)[0]));
                break;
            case (byte)'j':
                Push(Recall(at, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case (byte)'c':
                Push(Global(at, $"{Line()}.{Line()}"));
                break;
            case 0x93:
                object[] path = PopMany(2);
                Push(Global(at, path is [string module, string name] ? $"{module}.{name}" : throw Wrong(at, "a name is not text")));
                break;
            case (byte)'Q':
                Push(names.Persistent(Pop()) ?? throw Wrong(at, "a persistent id does not describe a storage of a known type"));
                break;
            case (byte)'R' or 0x81:
                Call(at);
                break;
            case (byte)'b':
                Build(at);
                break;
            default:
                throw Wrong(at, $"it uses the operation 0x{code:x2}, which files of {names.Content} do not need");
        }
    }

    private PickleGlobal Global(long at, string name) =>
        names.IsAllowed(name)
            ? new PickleGlobal(name)
            : throw Wrong(
                at,
                $"it calls for '{name}', which is not a part of {names.Content} and could run code. If you trust its origin, {names.WayOut}"
            );

    private void Call(long at)
    {
        object[] parts = PopMany(2);
        if (parts is not [PickleGlobal callee, object[] arguments])
            throw Wrong(at, "it calls something that is not a name");
        Push(
            names.Make(callee.Name, arguments)
                ?? throw Wrong(at, $"the arguments of '{callee.Name}' describe nothing that fits its storage")
        );
    }

    private void Build(long at)
    {
        object state = Pop();
        if (!names.SetState(Peek(), state))
            throw Wrong(at, "it sets the state of something that has none, or to what does not fit it");
    }

    private void Append(long at, object[] items)
    {
        if (Peek() is not List<object> list)
            throw Wrong(at, "it appends to something that is not a list");
        list.AddRange(items);
    }

    private void SetItems(long at, object[] items)
    {
        if (Peek() is not Dictionary<object, object> dictionary || items.Length % 2 != 0)
            throw Wrong(at, "it sets items of something that is not a dictionary");
        for (int i = 0; i < items.Length; i += 2)
        {
            if (items[i] is string { Length: > MaxKey } key)
                throw Wrong(at, $"a key has {key.Length} characters; {MaxKey} are enough for a name");
            dictionary[items[i]] = items[i + 1];
        }
    }

    private long Long(long at)
    {
        ReadOnlySpan<byte> bytes = Take(Take(1)[0]);
        if (bytes.Length > 8)
            throw Wrong(at, $"it holds a number of {bytes.Length} bytes; 8 are enough for weights");
        Span<byte> wide = stackalloc byte[8];
        wide.Fill(bytes.Length > 0 && (bytes[^1] & 0x80) != 0 ? (byte)0xFF : (byte)0);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    private string Text(long length)
    {
        if (length > MaxText)
            throw Wrong(_at, $"it holds a text of {length} bytes; {MaxText} are enough for a name");
        if ((_text += length) > MaxTextTogether)
            throw Wrong(_at, $"it holds more than {MaxTextTogether} bytes of text; this is not a weight file");
        return Encoding.UTF8.GetString(Take((int)length));
    }

    // Python 2's text is bytes.
    private object OldText(long length) => names.KeepsBytes ? Bytes(length) : Text(length);

    private PickleBytes Bytes(long length)
    {
        if (length < 0 || length > end - _at)
            throw Wrong(_at, "it ends too early");
        _at += length;
        return new PickleBytes(_at - length, length);
    }

    private string Line()
    {
        long from = _at;
        while (Take(1)[0] != '\n')
        {
            if (_at - from > 1000)
                throw Wrong(from, "a name is longer than 1000 bytes");
        }

        return Encoding.UTF8.GetString(file.Bytes(from, (int)(_at - from - 1)));
    }

    private void Remember(long at, long key) =>
        _memo[key < MaxMemo ? key : throw Wrong(at, $"it stores entry {key} of its memo; {MaxMemo} entries are enough for weights")] =
            Peek();

    private object Recall(long at, long key) =>
        _memo.TryGetValue(key, out object? value) ? value : throw Wrong(at, $"it recalls entry {key}, which was never stored");

    private void Push(object value) => _stack.Add(value);

    private object Peek() => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Wrong(_at, "its stack is empty");

    private object Pop()
    {
        object value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object[] PopMany(int count)
    {
        object[] values = new object[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    private object[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
            throw Wrong(_at, "it looks for a mark that was never set");
        object[] values = [.. _stack.Skip(mark + 1)];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > end - _at)
            throw Wrong(_at, "it ends too early");
        _at += count;
        return file.Bytes(_at - count, count);
    }

    private WeightFileException Wrong(long at, string problem) => new(file.Path, $"byte {at} ({place}): {problem}.");
}
