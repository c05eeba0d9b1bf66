import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsmpp.SMPPConstant;
import org.jsmpp.bean.BroadcastSm;
import org.jsmpp.bean.CancelBroadcastSm;
import org.jsmpp.bean.CancelSm;
import org.jsmpp.bean.DataCodings;
import org.jsmpp.bean.DataSm;
import org.jsmpp.bean.DeliveryReceipt;
import org.jsmpp.bean.ESMClass;
import org.jsmpp.bean.GSMSpecificFeature;
import org.jsmpp.bean.InterfaceVersion;
import org.jsmpp.bean.MessageMode;
import org.jsmpp.bean.MessageState;
import org.jsmpp.bean.MessageType;
import org.jsmpp.bean.NumberingPlanIndicator;
import org.jsmpp.bean.OptionalParameter;
import org.jsmpp.bean.QueryBroadcastSm;
import org.jsmpp.bean.QuerySm;
import org.jsmpp.bean.RegisteredDelivery;
import org.jsmpp.bean.ReplaceSm;
import org.jsmpp.bean.SubmitMulti;
import org.jsmpp.bean.SubmitSm;
import org.jsmpp.bean.TypeOfNumber;
import org.jsmpp.extra.ProcessRequestException;
import org.jsmpp.session.BindRequest;
import org.jsmpp.session.BroadcastSmResult;
import org.jsmpp.session.DataSmResult;
import org.jsmpp.session.QueryBroadcastSmResult;
import org.jsmpp.session.QuerySmResult;
import org.jsmpp.session.SMPPServerSession;
import org.jsmpp.session.SMPPServerSessionListener;
import org.jsmpp.session.ServerMessageReceiverListener;
import org.jsmpp.session.Session;
import org.jsmpp.session.SubmitMultiResult;
import org.jsmpp.session.SubmitSmResult;
import org.jsmpp.util.DeliveryReceiptState;
import org.jsmpp.util.MessageId;

/**
 * A message centre on jSMPP, an implementation of SMPP that shares nothing with ours. What it does with a message is
 * told by the last two digits of the number; what it gets it prints. Ids are hexadecimal in its responses and decimal
 * in its receipts, as in jSMPP's own simulator.
 */
public class Centre implements ServerMessageReceiverListener {
  static final int THROTTLED = 58, THROTTLED_FROM_PART_TWO = 59, REFUSED = 11, REFUSED_FROM_PART_TWO = 12, SILENT = 99;
  static final int HELD = 77, TOO_LATE = 66, SECOND_PART_FAILS = 33, ANSWERED_LATE = 88;

  record Held(SubmitSm message, SMPPServerSession session) {}

  final ScheduledExecutorService later = Executors.newScheduledThreadPool(8);
  final Map<String, Held> held = new ConcurrentHashMap<>();
  final Map<String, Integer> offers = new ConcurrentHashMap<>();
  final AtomicInteger ids = new AtomicInteger(0x444c4a00);

  public static void main(String[] arguments) throws Exception {
    Centre centre = new Centre();
    try (SMPPServerSessionListener listener = new SMPPServerSessionListener(Integer.parseInt(arguments[0]))) {
      listener.setPduProcessorDegree(8);
      System.out.println("LISTENING");
      while (true) {
        SMPPServerSession session = listener.accept();
        session.setMessageReceiverListener(centre);
        BindRequest bind = session.waitForBind(5000);
        if (bind.getPassword().equals("jpwd")) {
          bind.accept("centre", InterfaceVersion.IF_34);
          System.out.println("BOUND");
        } else {
          bind.reject(SMPPConstant.STAT_ESME_RINVPASWD);
        }
      }
    }
  }

  @Override
  public SubmitSmResult onAcceptSubmitSm(SubmitSm message, SMPPServerSession session) throws ProcessRequestException {
    String number = message.getDestAddress();
    int behaviour = Integer.parseInt(number.substring(number.length() - 2));
    byte[] body = message.getShortMessage();
    int part = message.isUdhi() ? body[5] : 1;
    int offer = offers.merge(number + "/" + part, 1, Integer::sum);
    System.out.println(String.join(" ", "PART", number, "" + message.getEsmClass(), "" + message.getDataCoding(),
        message.getValidityPeriod(), "" + message.getRegisteredDelivery(), HexFormat.of().formatHex(body)));
    if (behaviour == SILENT) pause(60_000);
    if (behaviour == ANSWERED_LATE) pause(700);
    if (behaviour == THROTTLED && offer == 1 || behaviour == THROTTLED_FROM_PART_TWO && part > 1 && offer < 3) {
      throw new ProcessRequestException("slower", SMPPConstant.STAT_ESME_RTHROTTLED);
    }
    if (behaviour == REFUSED || behaviour == REFUSED_FROM_PART_TWO && part > 1) {
      throw new ProcessRequestException("no such number", SMPPConstant.STAT_ESME_RINVDSTADR);
    }
    String id = Integer.toHexString(ids.incrementAndGet());
    if (behaviour == HELD || behaviour == REFUSED_FROM_PART_TWO) {
      held.put(id, new Held(message, session));
    } else if (behaviour != TOO_LATE) {
      boolean fails = behaviour == SECOND_PART_FAILS && part == 2;
      tell(id, message, session, fails ? DeliveryReceiptState.UNDELIV : DeliveryReceiptState.DELIVRD, fails ? "069" : "000");
    }
    return new SubmitSmResult(newId(id), new OptionalParameter[0]);
  }

  void tell(String id, SubmitSm message, SMPPServerSession session, DeliveryReceiptState state, String error) {
    String decimal = Integer.valueOf(id, 16).toString();
    later.schedule(() -> {
      try {
        String text = new String(message.getShortMessage(), StandardCharsets.ISO_8859_1);
        DeliveryReceipt receipt = new DeliveryReceipt(decimal, 1, 1, new Date(), new Date(), state, error, text);
        session.deliverShortMessage("mc",
            TypeOfNumber.valueOf(message.getDestAddrTon()), NumberingPlanIndicator.valueOf(message.getDestAddrNpi()),
            message.getDestAddress(),
            TypeOfNumber.valueOf(message.getSourceAddrTon()), NumberingPlanIndicator.valueOf(message.getSourceAddrNpi()),
            message.getSourceAddr(),
            new ESMClass(MessageMode.DEFAULT, MessageType.SMSC_DEL_RECEIPT, GSMSpecificFeature.DEFAULT),
            (byte) 0, (byte) 0, new RegisteredDelivery(0), DataCodings.ZERO,
            receipt.toString().getBytes(StandardCharsets.ISO_8859_1));
        System.out.println("ACKNOWLEDGED " + decimal);
      } catch (Exception problem) {
        System.out.println("NOT_ACKNOWLEDGED " + decimal + " " + problem);
      }
    }, 20, TimeUnit.MILLISECONDS);
  }

  @Override
  public void onAcceptCancelSm(CancelSm request, SMPPServerSession session) throws ProcessRequestException {
    Held message = held.remove(request.getMessageId());
    if (message == null) {
      throw new ProcessRequestException("too late", SMPPConstant.STAT_ESME_RCANCELFAIL);
    }
    System.out.println("CANCELLED " + request.getMessageId());
    tell(request.getMessageId(), message.message(), session, DeliveryReceiptState.DELETED, "000");
  }

  @Override
  public QuerySmResult onAcceptQuerySm(QuerySm request, SMPPServerSession session) throws ProcessRequestException {
    boolean waits = held.containsKey(request.getMessageId());
    return new QuerySmResult(null, waits ? MessageState.ENROUTE : MessageState.DELIVERED, (byte) 0);
  }

  static MessageId newId(String id) throws ProcessRequestException {
    try {
      return new MessageId(id);
    } catch (org.jsmpp.PDUStringException problem) {
      throw new ProcessRequestException(problem.getMessage(), SMPPConstant.STAT_ESME_RSYSERR);
    }
  }

  static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  static ProcessRequestException unsupported() {
    return new ProcessRequestException("not part of this centre", SMPPConstant.STAT_ESME_RINVCMDID);
  }

  @Override
  public SubmitMultiResult onAcceptSubmitMulti(SubmitMulti r, SMPPServerSession s) throws ProcessRequestException {
    throw unsupported();
  }

  @Override
  public DataSmResult onAcceptDataSm(DataSm request, Session session) throws ProcessRequestException {
    throw unsupported();
  }

  @Override
  public void onAcceptReplaceSm(ReplaceSm request, SMPPServerSession session) throws ProcessRequestException {
    throw unsupported();
  }

  @Override
  public BroadcastSmResult onAcceptBroadcastSm(BroadcastSm r, SMPPServerSession s) throws ProcessRequestException {
    throw unsupported();
  }

  @Override
  public void onAcceptCancelBroadcastSm(CancelBroadcastSm r, SMPPServerSession s) throws ProcessRequestException {
    throw unsupported();
  }

  @Override
  public QueryBroadcastSmResult onAcceptQueryBroadcastSm(QueryBroadcastSm r, SMPPServerSession s)
      throws ProcessRequestException {
    throw unsupported();
  }
}
