using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Google.Protobuf;
using LiftPlus.Files;
using Tensorboard;

namespace LiftPlus.Training;

/// <summary>
/// A TensorBoard event file: records of length, masked CRC-32C of the length, event, masked CRC-32C of the event (TensorFlow's TFRecord).
/// TorchSharp's writer opens the file anew for every scalar, and cannot mark where a resumed run begins.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const uint MaskDelta = 0xa282ead8;

    private readonly Stream _stream;
    private readonly TimeProvider _time;

    /// <summary>
    /// Begins a file that TensorBoard reads after those that are there: of what they hold, it drops the steps from
    /// <paramref name="firstStep"/> on.
    /// </summary>
    public EventFile(string folder, long firstStep, TimeProvider time)
    {
        _time = time;
        Disk.Current.CreateFolder(folder);
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeMilliseconds():D13}.{Environment.MachineName}.{Guid.NewGuid():N}"
        );
        _stream = Disk.Current.Open(Path.Combine(folder, name), FileMode.CreateNew, share: FileShare.Read);
        Add(new Event { FileVersion = "brain.Event:2" });
        Add(
            new Event
            {
                Step = firstStep,
                SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
            }
        );
    }

    /// <summary>Adds scalars of a step; on disk at once.</summary>
    public void Add(long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        var summary = new Summary();
        summary.Value.AddRange(scalars.Select(scalar => new Summary.Types.Value { Tag = scalar.Tag, SimpleValue = (float)scalar.Value }));
        Add(new Event { Step = step, Summary = summary });
    }

    public void Dispose() => _stream.Dispose();

    private void Add(Event one)
    {
        one.WallTime = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1e3;
        byte[] data = one.ToByteArray();
        byte[] record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc(data));
        _stream.Write(record);
        _stream.Flush();
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return unchecked(BitOperations.RotateRight(~crc, 15) + MaskDelta);
    }
}
